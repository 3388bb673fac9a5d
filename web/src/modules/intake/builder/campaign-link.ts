/** A link to a form with the campaign it is for. */
export function campaignLink(url: string, campaign: string): string {
  const link = new URL(url)
  const name = campaign.trim()
  if (name !== '') link.searchParams.set('utm_campaign', name)
  return link.href
}
