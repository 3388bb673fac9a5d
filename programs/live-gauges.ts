import { Gauge, type Registry } from 'prom-client'
import type { Live } from '#platform/live/live.ts'

/** Registers the gauges of live updates; the returned function brings them up to date. */
export function liveGauges(registry: Registry): (live: Live) => void {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] })
  const listeners = gauge('live_listeners', 'Open live streams and others that wait for a change here.')
  const hears = gauge(
    'live_hears_notifications',
    '1 while notifications of other processes arrive, 0 while not.',
  )
  const sent = gauge('live_packets_sent', 'Packets of live messages sent to other processes.')
  const received = gauge('live_packets_received', 'Packets of live messages heard from other processes.')
  const resets = gauge(
    'live_resets',
    'Times that readers were told to read anew because something may have been missed.',
  )
  return live => {
    listeners.set(live.count())
    const counts = live.carried()
    if (!counts) return
    hears.set(counts.hearing === 'notifications' ? 1 : 0)
    sent.set(counts.sentPackets)
    received.set(counts.receivedPackets)
    resets.set(counts.resets)
  }
}
