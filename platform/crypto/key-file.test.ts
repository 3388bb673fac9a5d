import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { KeyFileError, openKeyFile, readKeyFile, rotateKeyFile } from './key-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'keys-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function freshPath(): string {
  files += 1
  return join(folder, `${files}.key`)
}

describe('the key file', () => {
  test('is created once with 32 random bytes, readable by its owner only', () => {
    const path = join(folder, 'data', 'keys', 'master.key')
    const [key, ...others] = openKeyFile(path)
    assert.equal(key.version, 1)
    assert.equal(key.bytes.length, 32)
    assert.equal(others.length, 0)
    assert.notDeepEqual(key.bytes, openKeyFile(freshPath())[0].bytes)
    assert.deepEqual(readdirSync(join(folder, 'data', 'keys')), ['master.key'])
    if (process.platform !== 'win32') {
      assert.equal(statSync(path).mode & 0o777, 0o600)
      assert.equal(statSync(join(folder, 'data', 'keys')).mode & 0o777, 0o700)
    }
  })

  test('is never replaced when it exists', () => {
    const path = freshPath()
    const first = openKeyFile(path)
    const text = readFileSync(path, 'utf8')
    assert.deepEqual(openKeyFile(path), first)
    assert.equal(readFileSync(path, 'utf8'), text)
  })

  test('is the same for processes that start at once', async () => {
    const path = freshPath()
    const module = new URL('./key-file.ts', import.meta.url).href
    const script = `
      const { openKeyFile } = await import(${JSON.stringify(module)})
      process.stdin.once('data', () => {
        console.log(Buffer.from(openKeyFile(${JSON.stringify(path)})[0].bytes).toString('hex'))
        process.stdin.destroy()
      })
      console.log('ready')`
    const racers = Array.from({ length: 4 }, () => startRacer(script))
    await Promise.all(racers.map(racer => racer.ready))
    for (const racer of racers) racer.go()
    const keys = await Promise.all(racers.map(racer => racer.key))
    assert.match(keys[0] ?? '', /^[0-9a-f]{64}$/)
    assert.deepEqual(new Set(keys).size, 1)
    assert.deepEqual(
      readdirSync(folder).filter(name => name.endsWith('.tmp')),
      [],
    )
  })

  test('is refused with the line named after any single changed character, and left as it is', () => {
    const path = freshPath()
    openKeyFile(path)
    const text = readFileSync(path, 'utf8')
    const start = text.indexOf('mk1.')
    for (let index = start; index < text.trimEnd().length; index += 1) {
      const changed = text.slice(0, index) + (text[index] === '3' ? '4' : '3') + text.slice(index + 1)
      writeFileSync(path, changed)
      assert.throws(() => openKeyFile(path), isDamaged, `position ${index}`)
      assert.equal(readFileSync(path, 'utf8'), changed)
    }
  })

  test('is refused when it is empty, cut short, foreign or holds a version twice', () => {
    const path = freshPath()
    openKeyFile(path)
    const text = readFileSync(path, 'utf8')
    const line = text.slice(text.indexOf('mk1.'))
    for (const damaged of [
      '',
      '\n',
      '# only a comment\n',
      text.slice(0, -12),
      'hello',
      '{"key":"x"}',
      line + line,
    ]) {
      writeFileSync(path, damaged)
      assert.throws(() => openKeyFile(path), KeyFileError, damaged)
      assert.equal(readFileSync(path, 'utf8'), damaged)
    }
    writeFileSync(path, `\r\n${text.replaceAll('\n', '\r\n')}`)
    assert.equal(openKeyFile(path)[0].version, 1)
  })

  test('that cannot be read is an error and not a reason for a new key', () => {
    assert.throws(() => openKeyFile(folder), KeyFileError)
    assert.throws(() => readKeyFile(join(folder, 'missing.key')), KeyFileError)
    assert.ok(!existsSync(join(folder, 'missing.key')))
  })

  test('never shows the key in an error', () => {
    const path = freshPath()
    openKeyFile(path)
    const text = readFileSync(path, 'utf8')
    const key = text.split('.')[2] ?? ''
    writeFileSync(path, text.replace(/.\n$/, '!\n'))
    assert.throws(
      () => openKeyFile(path),
      (error: unknown) =>
        error instanceof KeyFileError &&
        error.message.includes(path) &&
        !error.stack?.includes(key.slice(1, 40)),
    )
  })
})

describe('a rotation', () => {
  test('adds a version in front and keeps the old ones', () => {
    const path = freshPath()
    const [first] = openKeyFile(path)
    assert.equal(rotateKeyFile(path), 2)
    assert.equal(rotateKeyFile(path), 3)
    const keys = readKeyFile(path)
    assert.deepEqual(
      keys.map(key => key.version),
      [3, 2, 1],
    )
    assert.deepEqual(keys[2], first)
    assert.equal(new Set(keys.map(key => Buffer.from(key.bytes).toString('hex'))).size, 3)
    if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  test('during another one is refused and changes nothing', () => {
    const path = freshPath()
    openKeyFile(path)
    const text = readFileSync(path, 'utf8')
    writeFileSync(`${path}.lock`, '')
    assert.throws(() => rotateKeyFile(path), /Another rotation/)
    assert.equal(readFileSync(path, 'utf8'), text)
    rmSync(`${path}.lock`)
    assert.equal(rotateKeyFile(path), 2)
  })

  test('of a damaged file is refused and releases its lock', () => {
    const path = freshPath()
    writeFileSync(path, 'mk1.1.broken')
    assert.throws(() => rotateKeyFile(path), KeyFileError)
    assert.ok(!existsSync(`${path}.lock`))
    assert.equal(readFileSync(path, 'utf8'), 'mk1.1.broken')
  })
})

function isDamaged(error: unknown): boolean {
  return (
    error instanceof KeyFileError && /Line 2 of the key file .* is damaged\. Restore it/.test(error.message)
  )
}

/** A process that has loaded the module and opens the file the moment it is told to. */
function startRacer(script: string): { ready: Promise<void>; go: () => void; key: Promise<string> } {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ready = Promise.withResolvers<void>()
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.includes('ready')) ready.resolve()
  })
  const key = new Promise<string>(resolve => {
    child.on('close', () => {
      ready.resolve()
      resolve(output.replace('ready', '').trim())
    })
  })
  return { ready: ready.promise, go: () => child.stdin.write('go\n'), key }
}
