import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Seeded } from '#platform/seeded.ts'
import { contrast, paletteOf } from './palette.ts'

const SURFACES = { light: ['#ffffff', '#f6f7f7'], dark: ['#141718', '#1b1f20', '#1e2224'] } as const

test('contrast is counted as WCAG counts it', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21)
  assert.equal(contrast('#777777', '#777777'), 1)
  assert.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54')
})

test('whatever the color, all that is written in it or on it can be read in both themes', () => {
  const seeded = new Seeded(7)
  const colors = ['#000000', '#ffffff', '#ffff00', '#0000ff', '#808080', '#FF00ff']
  for (let n = 0; n < 500; n++) colors.push(`#${seeded.whole(0, 0xffffff).toString(16).padStart(6, '0')}`)
  for (const color of colors) {
    const palette = paletteOf(color)
    for (const theme of ['light', 'dark'] as const) {
      const shades = palette[theme]
      for (const ground of [shades.accent, shades.accentHover]) {
        assert.ok(contrast(ground, shades.onAccent) >= 4.5, `${shades.onAccent} on ${ground} of ${color}`)
      }
      for (const surface of SURFACES[theme]) {
        assert.ok(contrast(shades.accentText, surface) >= 4.5, `text of ${color} on ${surface}`)
        assert.ok(contrast(shades.accentLine, surface) >= 2.8, `line of ${color} on ${surface}`)
      }
    }
  }
})

test('a color that can be read stays as it is', () => {
  const { light } = paletteOf('#1D4ED8')
  assert.equal(light.accent, '#1d4ed8')
  assert.equal(light.accentText, '#1d4ed8')
  assert.equal(light.onAccent, '#ffffff')
})
