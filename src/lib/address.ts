/**
 * Client addresses as limits see them: an IPv4 address whole, an IPv6 one by its /64, since that is what one
 * household or server is given.
 */

/** The prefix that limits count by. A text that is no address stands for itself. */
export function addressPrefix(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** Whether the address is of this machine itself: 127.0.0.0/8 or ::1. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127(\.[0-9]{1,3}){3}$/i.test(address);
}

/** Whether a URL's host names this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, ''));
}

/** Whether a URL's host is an IP address, which stands in one form there (WHATWG URL). */
export const isAddress = (hostname: string) => /^(\[.*\]|[0-9.]+)$/.test(hostname);

function groupsOf(part: string): string[] {
  if (part === '') return [];
  return part.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
}
