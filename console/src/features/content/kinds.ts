import type { MaterialKind } from "@/api/types";

export const KINDS: readonly MaterialKind[] = ["article", "image", "link", "file", "miniprogram", "text"];
