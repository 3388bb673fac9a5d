import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { type SmtpReceiver, type SmtpReceiverOptions, SmtpRefusal, startSmtpReceiver } from './receiver.ts'

const TLS = new URL('../../test/fixtures/security/tls/', import.meta.url).pathname

describe('receiving e-mail', () => {
  let receiver: SmtpReceiver
  const taken: { from: string; recipients: readonly string[]; raw: string }[] = []
  afterEach(async () => {
    taken.length = 0
    await receiver.close()
  })

  async function start(change: Partial<SmtpReceiverOptions<string>> = {}): Promise<void> {
    receiver = await startSmtpReceiver<string>({
      host: '127.0.0.1',
      port: 0,
      name: 'in.example.org',
      bytesMax: 10_000,
      tls: undefined,
      admitSender: () => {},
      admitRecipient: async address => {
        if (!address.startsWith('leads@')) throw new SmtpRefusal(550, '5.1.1 Nobody here has this address.')
        return address
      },
      take: async ({ from, recipients }, content) => {
        const chunks = await Array.fromAsync(content)
        taken.push({ from, recipients, raw: Buffer.concat(chunks).toString() })
      },
      onError: () => {},
      ...change,
    })
  }

  /** A line to the server on which commands are typed; each answer is the last line that came. */
  async function typing(): Promise<{ socket: Socket; ask: (text: string) => Promise<string> }> {
    const socket = connect(receiver.port, '127.0.0.1')
    let said = ''
    socket.setEncoding('utf8').on('data', text => {
      said += text
    })
    socket.on('error', () => {}).setMaxListeners(100)
    const answer = async () => {
      while (!/^\d{3} .*\r\n$/m.test(said) && !socket.destroyed)
        await Promise.race([once(socket, 'data'), once(socket, 'close')])
      const whole = said
      said = ''
      return whole.trim()
    }
    await answer()
    return {
      socket,
      ask(text) {
        socket.write(`${text}\r\n`)
        return answer()
      },
    }
  }

  it('hands a message over and says so only when it was taken', async () => {
    const steps: string[] = []
    await start({
      take: async (_mail, content) => {
        await Array.fromAsync(content)
        steps.push('taken')
      },
    })
    const { ask, socket } = await typing()
    assert.match(await ask('EHLO there'), /SIZE 10000/)
    assert.match(await ask('MAIL FROM:<>'), /^250/)
    assert.match(await ask('RCPT TO:<leads@in.example.org>'), /^250/)
    assert.match(await ask('DATA'), /^354/)
    const end = await ask('Subject: x\r\n\r\n..dot\r\n.')
    steps.push('told')
    assert.match(end, /^250/)
    assert.deepEqual(steps, ['taken', 'told'])
    socket.destroy()
  })

  it('asks to try again when it cannot be kept, and refuses what is not for it', async () => {
    await start({
      take: async (_mail, content) => {
        for await (const chunk of content) throw new Error(`no room for ${chunk.length}`)
      },
    })
    const { ask, socket } = await typing()
    await ask('EHLO there')
    await ask('MAIL FROM:<a@example.com>')
    assert.match(await ask('RCPT TO:<ada@example.net>'), /^550/)
    assert.match(await ask('RCPT TO:<leads@in.example.org>'), /^250/)
    await ask('DATA')
    assert.match(await ask(`${'x'.repeat(9_000)}\r\n.`), /^451/)
    assert.match(await ask('MAIL FROM:<a@example.com> SIZE=20000'), /^552/)
    socket.destroy()
  })

  it('takes nothing that is too large or that breaks off', async () => {
    await start()
    const first = await typing()
    await first.ask('EHLO there')
    await first.ask('MAIL FROM:<a@example.com>')
    await first.ask('RCPT TO:<leads@in.example.org>')
    await first.ask('DATA')
    assert.match(await first.ask(`${'x\r\n'.repeat(8_000)}.`), /^552/)
    await first.ask('MAIL FROM:<a@example.com>')
    await first.ask('RCPT TO:<leads@in.example.org>')
    await first.ask('DATA')
    first.socket.write('Subject: half of it\r\n\r\nand then')
    first.socket.destroy()
    const second = await typing()
    await second.ask('EHLO there')
    await second.ask('MAIL FROM:<b@example.com>')
    await second.ask('RCPT TO:<leads@in.example.org>')
    await second.ask('DATA')
    assert.match(await second.ask('Subject: whole\r\n\r\nx\r\n.'), /^250/)
    assert.deepEqual(
      taken.map(({ from }) => from),
      ['b@example.com'],
    )
    second.socket.destroy()
  })

  it('knows no password, passes nothing on and forgets recipients with their message', async () => {
    await start()
    const { ask, socket } = await typing()
    const greeting = await ask('EHLO there')
    assert.doesNotMatch(greeting, /AUTH|STARTTLS/)
    assert.match(await ask('AUTH PLAIN AGEAYg=='), /^5/)
    assert.match(await ask('STARTTLS'), /^5/)
    await ask('MAIL FROM:<a@example.com>')
    await ask('RCPT TO:<leads@one.example>')
    await ask('RSET')
    await ask('MAIL FROM:<a@example.com>')
    await ask('RCPT TO:<leads@two.example>')
    await ask('DATA')
    await ask('x\r\n.')
    assert.deepEqual(taken[0]?.recipients, ['leads@two.example'])
    socket.destroy()
  })

  it('secures the line where it has a certificate', async () => {
    await start({
      tls: {
        certFile: `${TLS}hooks.example.com.cert.pem`,
        keyFile: `${TLS}hooks.example.com.key.pem`,
      },
    })
    const line = new SMTPConnection({
      host: '127.0.0.1',
      port: receiver.port,
      requireTLS: true,
      tls: { rejectUnauthorized: false },
    })
    await new Promise<void>((resolve, reject) => line.connect(error => (error ? reject(error) : resolve())))
    const envelope = { from: 'a@example.com', to: 'leads@in.example.org' }
    await new Promise<void>((resolve, reject) =>
      line.send(envelope, 'x', error => (error ? reject(error) : resolve())),
    )
    assert.equal(line.secure, true)
    assert.equal(taken.length, 1)
    line.close()
  })

  it('says that a port is taken, or a certificate is none', async () => {
    await start()
    await assert.rejects(startSmtpReceiver({ ...options(), port: receiver.port }), { code: 'EADDRINUSE' })
    await assert.rejects(
      startSmtpReceiver({ ...options(), tls: { certFile: '/nowhere.pem', keyFile: '/nowhere.pem' } }),
      { code: 'ENOENT' },
    )
  })
})

function options(): SmtpReceiverOptions<string> {
  return {
    host: '127.0.0.1',
    port: 0,
    name: 'in.example.org',
    bytesMax: 1,
    tls: undefined,
    admitSender: () => {},
    admitRecipient: async address => address,
    take: async () => {},
    onError: () => {},
  }
}
