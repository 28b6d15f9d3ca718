/** May a `Request` carry `Origin` and `Cookie`? In Node it may; a page's requests may not, so exchanges with them run in Node. */
export const headersAreFree: boolean = new Request("https://a.invalid", { headers: { Cookie: "a=b" } }).headers.has(
  "cookie",
);
