import { isIPv4, isIPv6 } from 'node:net'

/** An IP address as a number; IPv4-mapped IPv6 addresses are already unwrapped to IPv4. */
export type Address = { readonly family: 4 | 6; readonly value: bigint }

/** IANA special-purpose registry plus the metadata services that clouds put on public-looking addresses. */
const FORBIDDEN_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
  '100.100.100.200/32',
].map(parseRange)

/** Of IPv6 only global unicast is reachable at all, less what is carved out of it for other uses. */
const GLOBAL_V6 = parseRange('2000::/3')
const FORBIDDEN_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map(parseRange)

const MAPPED_V4 = parseRange('::ffff:0:0/96')
const NAT64 = parseRange('64:ff9b::/96')

/**
 * Reads an IP address in its ordinary spelling; undefined for anything else, including IPv6 zone ids,
 * which only make sense on a local link.
 */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { family: 4, value: v4Value(text) }
  if (!isIPv6(text) || text.includes('%')) return undefined
  const value = v6Value(text)
  return inRange(value, MAPPED_V4) ? { family: 4, value: value & 0xffff_ffffn } : { family: 6, value }
}

/** Whether two spellings name one address; false when either is not an address. */
export function sameAddress(a: string, b: string): boolean {
  const [one, two] = [parseAddress(a), parseAddress(b)]
  return one !== undefined && two !== undefined && one.family === two.family && one.value === two.value
}

/**
 * Whether nobody may be connected to at this address: private, local, reserved, documentation, multicast
 * or a cloud's metadata service, also when wrapped in an IPv4-mapped or NAT64 address. Text that is not
 * an address is forbidden too.
 */
export function isForbidden(text: string): boolean {
  const address = parseAddress(text)
  if (!address) return true
  if (address.family === 4) return isForbiddenV4(address.value)
  // NAT64 (RFC 6052) is how IPv6-only networks reach IPv4, so it stands or falls with the address inside.
  if (inRange(address.value, NAT64)) return isForbiddenV4(address.value & 0xffff_ffffn)
  return !inRange(address.value, GLOBAL_V6) || FORBIDDEN_V6.some(range => inRange(address.value, range))
}

function isForbiddenV4(value: bigint): boolean {
  return FORBIDDEN_V4.some(range => inRange(value, range))
}

type Range = { readonly first: bigint; readonly last: bigint }

function inRange(value: bigint, range: Range): boolean {
  return value >= range.first && value <= range.last
}

function parseRange(cidr: string): Range {
  const [base = '', length = ''] = cidr.split('/')
  const bits = isIPv4(base) ? 32 : 128
  const first = isIPv4(base) ? v4Value(base) : v6Value(base)
  return { first, last: first + (1n << BigInt(bits - Number(length))) - 1n }
}

function v4Value(text: string): bigint {
  return text.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n)
}

/** The value of a valid IPv6 text (RFC 4291, 2.2), with `::` and a trailing dotted IPv4 part. */
function v6Value(text: string): bigint {
  const hex = text.replace(/[^:]+\.[^:]+$/, dotted => {
    const value = v4Value(dotted)
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
  })
  const [head = '', tail] = hex.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after]
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n)
}
