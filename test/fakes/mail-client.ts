import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { newId } from '#platform/ids.ts'

/** A message as it is written down, with `\n` for ends of lines. */
export function letter(change: {
  from?: string
  to?: string
  subject?: string
  id?: string
  headers?: string
  text?: string
}): string {
  const {
    from = 'Grace Hopper <grace@example.com>',
    to = 'hello@example.org',
    subject = 'A question',
  } = change
  const id = change.id ?? `<${newId()}@example.com>`
  return `From: ${from}\nTo: ${to}\nSubject: ${subject}\nMessage-ID: ${id}\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n${change.headers ?? ''}\n${change.text ?? 'What does it cost?'}\n`
}

/** What a server said to a message: null when it took it, otherwise the refusal. */
export async function handOver(
  port: number,
  { from = 'grace@example.com', to, raw }: { from?: string; to: string | string[]; raw: string | Uint8Array },
): Promise<string | null> {
  const connection = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true })
  const ended = new Promise(resolve => connection.once('end', resolve))
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject)
      connection.connect(error => (error ? reject(error) : resolve()))
    })
    await new Promise<void>((resolve, reject) => {
      connection.send({ from, to }, Buffer.from(raw), error => (error ? reject(error) : resolve()))
    })
    connection.quit()
    return null
  } catch (error) {
    return error instanceof Error
      ? ((error as { response?: string }).response ?? error.message)
      : String(error)
  } finally {
    connection.close()
    await ended
  }
}
