import type { sopTexts } from "./sop-texts";

export type Texts = (typeof sopTexts)["zh"];
