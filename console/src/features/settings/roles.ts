import type { Role } from "@/api/types";

const ROLES: readonly Role[] = ["admin", "operator", "manager", "frontline", "analyst"];

export const roleOptions = (words: Record<Role, string>) =>
  ROLES.map((value) => ({ value, label: words[value] }));
