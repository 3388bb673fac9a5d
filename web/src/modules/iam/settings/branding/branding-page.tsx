import { useState } from 'react'
import { useOrganization } from '../../../../shell/session.ts'
import { useTitle } from '../../../../shell/use-title.ts'
import { CopyText } from '../../../../ui/copy-text.tsx'
import { PageBody, Section } from '../../../../ui/page.tsx'
import { BrandPreview } from './brand-preview.tsx'
import classes from './branding.module.css'
import { ColorField } from './color-field.tsx'
import { HostNames } from './host-names.tsx'
import { LogoField } from './logo-field.tsx'

/** How the organization looks to strangers, and the names under which they reach it. */
export function BrandingPage() {
  useTitle('Branding')
  const { branding, name, slug } = useOrganization()
  const [color, setColor] = useState(branding.accentColor)
  return (
    <PageBody>
      <Section title="Logo" about="On your sign-in page and on your forms.">
        <LogoField logoUrl={branding.logoUrl} name={name} />
      </Section>
      <Section title="Accent color" about="Shades for text, hover and the dark theme follow from it.">
        <ColorField saved={branding.accentColor} color={color} onChange={setColor} />
      </Section>
      <Section title="Preview" about="Before it is saved, in both themes.">
        <div className={classes.previews}>
          <BrandPreview theme="light" color={color} logoUrl={branding.logoUrl} name={name} />
          <BrandPreview theme="dark" color={color} logoUrl={branding.logoUrl} name={name} />
        </div>
      </Section>
      <Section title="Sign-in page" about="Give this address to your members.">
        <CopyText label="Address" text={`${window.location.origin}/o/${slug}/sign-in`} />
      </Section>
      <Section
        title="Host names"
        about="Names of your own that lead to your sign-in page and your forms, once your name server says that they are yours."
      >
        <HostNames />
      </Section>
    </PageBody>
  )
}
