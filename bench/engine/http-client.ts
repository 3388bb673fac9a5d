import { Agent, request } from 'node:http'
import { load, percentile } from '../measure.ts'

const [port, path, clients, seconds] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) })

function deliver(client: number): Promise<void> {
  const body = JSON.stringify({ n: client, name: 'Ada' })
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, response => {
      response.resume()
      response.once('end', () =>
        response.statusCode === 202
          ? resolve()
          : reject(new Error(`The webhook answered ${response.statusCode}.`)),
      )
    })
    call.once('error', reject)
    call.end(body)
  })
}

const { perSecond, ms } = await load(Number(clients), Number(seconds), deliver)
agent.destroy()
console.log(
  JSON.stringify({ perSecond, accepted: ms.length, p50Ms: percentile(ms, 0.5), p99Ms: percentile(ms, 0.99) }),
)
