import { parseAddress } from '../egress/addresses.ts'

/**
 * Whom an address stands for, as a key to count by: one IPv4 address, or an IPv6 network of 64 bits, which is
 * what one customer of a provider gets. Text that is no address shares one key.
 */
export function callerKey(text: string): string {
  const address = parseAddress(text)
  if (!address) return 'unknown'
  return address.family === 4 ? `4:${address.value.toString(16)}` : `6:${(address.value >> 64n).toString(16)}`
}
