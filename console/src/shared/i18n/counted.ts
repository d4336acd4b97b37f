/** How many of something, in English: `counted(1, "order")` is "1 order". What is not made by an s is said: "person", "people". */
export const counted = (n: number | string, one: string, several = `${one}s`) =>
  `${n} ${String(n) === "1" ? one : several}`;
