/** Which server a command speaks to, and whether it may. */
import type { GlobalOptions } from "../commands/options.ts";
import { CommandError } from "../output/failure.ts";

/** Whom commands ask where no server is named. */
export const PUBLIC_ARCHIVE = "https://api.isic-archive.com";

/** Is the server on this machine? */
export const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

/**
 * The address of the server that the options name, or the public archive's.
 *
 * @throws CommandError for what is no address, holds a password, or is plain http to a host that was not allowed by name
 */
export function serverOf({ server, allowHttp = [] }: GlobalOptions): URL {
  if (server === undefined) return new URL(PUBLIC_ARCHIVE);
  const refuse = (got: string): never => {
    throw new CommandError(`--server: expected an address such as https://archive.example.org, got ${got}.`, 2);
  };
  // Not asked of `URL.canParse`: Node 20's, once compiled, takes texts with letters such as `é` for no addresses.
  let url: URL;
  try {
    url = new URL(server);
  } catch {
    return refuse(`"${server}"`);
  }
  const { protocol, host, hostname, username, password } = url;
  if (username !== "" || password !== "") refuse("one with a name or password in it");
  if (protocol === "https:") return url;
  const isAllowed = isLoopback(url) || allowHttp.includes(hostname) || allowHttp.includes(host);
  if (protocol === "http:" && isAllowed) return url;
  const advice = protocol === "http:" ? `; --allow-http ${host} allows it in a network that you trust` : "";
  return refuse(
    `${protocol}//${host} (plain http is for this machine only: others on the way could read along${advice})`,
  );
}

/** The options by which clients and sessions let plain http through. */
export const httpOptions = ({ allowHttp }: GlobalOptions): { readonly allowHttp?: readonly string[] } =>
  allowHttp === undefined ? {} : { allowHttp };
