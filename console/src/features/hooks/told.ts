/** What the other side answered, as people write it: `http_200` is HTTP 200. */
export const toldOf = (told: string | null | undefined) => (told ?? "").replace(/^http_(?=\d+$)/, "HTTP ");
