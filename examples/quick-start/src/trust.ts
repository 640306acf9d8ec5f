/** Whom the page believes: the signed root that `aplomb keygen` printed, which is public, and the audience. @module */

const root =
  "CtACCgxzaG9wLmV4YW1wbGUQARgBIMapqYygNCjGge7JlTUyNgoQMTNiMTY3ZDg3ZTkxM2UwORABGiArcmzKCCoh0BtwOWIvmW2b" +
  "Coc5RM7pg9CE6LUjPJt7ojI2ChA1OTMwNDBiY2Q4NTE2YmNlEAEaIMJROGQ/eBymu17eIazSZWNZG4FO7QrQ/KcBvDZnDzRHMjYK" +
  "EDgzMjcwNTJlMDQwODFiMTIQARogBZnPnilwz8lh7i6biv65NwGbLFP4/LnnFXnI1ZwX+/kyNgoQYWVlYjkzZjZlZTVjNjVlOBAB" +
  "GiDIxF4RJjZYYXejqtcB/Un7ckZmWQ/nr6KLnUsSz8bmKjo4ChAxM2IxNjdkODdlOTEzZTA5ChA1OTMwNDBiY2Q4NTE2YmNlChA4" +
  "MzI3MDUyZTA0MDgxYjEyEAJCFAoQYWVlYjkzZjZlZTVjNjVlOBABEidhcHBsaWNhdGlvbi92bmQuYXBsb21iLnJvb3QudjErcHJv" +
  "dG9idWYaVApAzGbDXBus4Kfe1UM7q7k4ldrmTs4lSfyo1uRUlU5LiXaMSlwmPyDO3Rk2sFsT52n9sGGegXUkrPmKrLAoWT9CCxIQ" +
  "MTNiMTY3ZDg3ZTkxM2UwORpUCkC7d4PM5vDp+IE6EIWIYuyqG8Xwi0QkMEflSIvBF30/eab/MGPAsfYgAqPJ1rln2TdQmI3zKEHR" +
  "Pll5iMtEoyYHEhA1OTMwNDBiY2Q4NTE2YmNlGlQKQFHS3NfwqsOBNn6y+6kTB3JHksSTkiu/8MOuYacDXKCFsTLF1c1t6S/UqPk8" +
  "hyWXSwvPf+kQs29UErxOGAFQbwgSEDgzMjcwNTJlMDQwODFiMTI=";

/** The trust of every client of this shop's page. */
export const trust: { readonly root: string; readonly audience: string } = { root, audience: "web.production" };
