import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { detectDialect, sampleRows } from './dialect.ts'
import { detectEncoding, foreignFile } from './encoding.ts'
import { type FileRow, readRows, UnreadableFile } from './rows.ts'

const SPECTRUM = new URL('../../../test/fixtures/csv/', import.meta.url).pathname

describe('the rows of a file', () => {
  let dir: string
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'rows-'))
  })
  after(() => rmSync(dir, { recursive: true }))

  const file = (content: string | Uint8Array) => {
    const path = join(dir, 'file.csv')
    writeFileSync(path, content)
    return path
  }
  async function rowsOf(path: string, delimiter = ',', from = { byte: 0, line: 1 }): Promise<FileRow[]> {
    return (await Array.fromAsync(readRows(path, delimiter, from, 3))).flat()
  }

  for (const name of readdirSync(join(SPECTRUM, 'spectrum')).map(each => each.replace('.csv', ''))) {
    it(`are those of csv-spectrum: ${name}`, async () => {
      const expected = JSON.parse(readFileSync(join(SPECTRUM, 'spectrum-json', `${name}.json`), 'utf8'))
      const path = join(SPECTRUM, 'spectrum', `${name}.csv`)
      const [head, ...rows] = await rowsOf(path)
      const objects = rows.map(({ cells }) =>
        Object.fromEntries(head?.cells.map((key, at) => [key, cells[at]]) ?? []),
      )
      // The set gives this one as a single object, and another number than its file has.
      if (name === 'location_coordinates') {
        const coordinates = 'Location Coordinates'
        assert.equal(objects[0]?.[coordinates], expected[coordinates])
        assert.deepEqual(
          { ...objects[0], 'Contact Phone Number': expected['Contact Phone Number'] },
          expected,
        )
      } else assert.deepEqual(objects, expected)
    })
  }

  it('know their lines, and reading goes on behind any of them', async () => {
    const path = file('a,b\r\n1,"x\ny"\n\n2,é\r3,"q ""w"" q"\n,\n4,z')
    const rows = await rowsOf(path)
    assert.deepEqual(
      rows.map(({ cells, line }) => [line, ...cells]),
      [
        [1, 'a', 'b'],
        [2, '1', 'x\ny'],
        [5, '2', 'é'],
        [6, '3', 'q "w" q'],
        [8, '4', 'z'],
      ],
    )
    for (const [at, row] of rows.entries())
      assert.deepEqual(
        await rowsOf(path, ',', { byte: row.end, line: row.nextLine }),
        rows.slice(at + 1),
        `after line ${row.line}`,
      )
  })

  it('end where a quotation mark is never closed, and the line is said', async () => {
    const path = file('a,b\n1,2\n3,"it goes\non "" and\non')
    const seen: FileRow[] = []
    await assert.rejects(
      async () => {
        for await (const rows of readRows(path, ',', { byte: 0, line: 1 }, 10)) seen.push(...rows)
      },
      (error: unknown) => error instanceof UnreadableFile && error.line === 3 && /line 3/.test(error.message),
    )
    assert.equal(seen.length, 2)
  })

  it('end at a row that is longer than any row', async () => {
    const path = file(`a,b\n1,"${'x'.repeat(5_000_000)}`)
    await assert.rejects(
      rowsOf(path),
      (error: unknown) => error instanceof UnreadableFile && error.line === 2,
    )
  })

  it('are separated by what most of them have in common', () => {
    const dialects = [
      ['Nom;Ville, Pays;Âge\nAnne;Paris, France;3\nLuc;Rome, Italie;4\n', ';', true],
      ['a\tb\n1\t2,5\n', '\t', true],
      ['sep=|\r\na|b\r\n1|2\r\n', '|', true],
      ['ada@example.com,Ada\nluc@example.com,Luc\n', ',', false],
      ['email\nada@example.com\n', ',', true],
    ] as const
    for (const [text, delimiter, hasHeader] of dialects)
      assert.deepEqual(detectDialect(text, true), { delimiter, hasHeader }, JSON.stringify(text))
    assert.deepEqual(sampleRows('sep=|\r\na|b\r\n1|2', '|', true), [
      ['a', 'b'],
      ['1', '2'],
    ])
    assert.deepEqual(
      sampleRows('a,b\n1,2\n3,"cut', ',', false),
      [
        ['a', 'b'],
        ['1', '2'],
      ].slice(0, 1 + 1),
    )
  })

  it('are read in the encoding their bytes are in', async () => {
    const text = 'Prénom,Société\nZoé,Brûlé\n'
    const utf16 = Buffer.from(text, 'utf16le')
    const cases = [
      [Buffer.from(text), 'utf-8'],
      [Buffer.from(`\uFEFF${text}`), 'utf-8'],
      [Buffer.from(text, 'latin1'), 'windows-1252'],
      [utf16, 'utf-16le'],
      [Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), 'utf-16le'],
      [Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]), 'utf-16be'],
      [Buffer.from(utf16).swap16(), 'utf-16be'],
    ] as const
    for (const [bytes, encoding] of cases) assert.equal(await detectEncoding(file(bytes)), encoding)
  })

  it('are none of a spreadsheet or an archive', () => {
    assert.equal(foreignFile(Buffer.from('PK\u0003\u0004....[Content_Types].xml')), 'spreadsheet')
    assert.equal(foreignFile(Buffer.from('PK\u0003\u0004....people.csv')), 'archive')
    assert.equal(foreignFile(Buffer.from('%PDF-1.7')), 'document')
    assert.equal(foreignFile(Buffer.from('PK,Name\n')), null)
  })
})
