import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * Whether an address is one of these, each an address (`203.0.113.7`) or a network (`203.0.113.0/24`, `2001:db8::/32`).
 * An IPv4 address that a socket shows as IPv6 counts as what it is. Text that is no address is in no network.
 */
export function isWithin(address: string, networks: readonly string[]): boolean {
  const family = familyOf(address)
  if (!family) return false
  const list = new BlockList()
  for (const network of networks) {
    const [base = '', bits] = network.split('/')
    const baseFamily = familyOf(base)
    if (!baseFamily) continue
    if (bits === undefined) list.addAddress(base, baseFamily)
    else list.addSubnet(base, Number(bits), baseFamily)
  }
  return list.check(address, family)
}

function familyOf(text: string): 'ipv4' | 'ipv6' | null {
  return isIPv4(text) ? 'ipv4' : isIPv6(text) ? 'ipv6' : null
}
