/** `scheme://host:port` of a model address with ws read as http, `local` for the embedded engine, `invalid` for the rest. */
export function modelOrigin(url: string): string {
  if (url === 'local') return 'local';
  if (!URL.canParse(url)) return 'invalid';
  const { protocol, host } = new URL(url);
  switch (protocol) {
    case 'ws:':
    case 'http:':
      return `http://${host}`;
    case 'wss:':
    case 'https:':
      return `https://${host}`;
    default:
      return 'invalid';
  }
}
