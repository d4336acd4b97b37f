import type { Role } from "@/api/types";

const ROLES: readonly Role[] = ["admin", "operator", "manager", "frontline", "analyst", "auditor", "partner"];

const options = (roles: readonly Role[], words: Record<Role, string>) =>
  roles.map((value) => ({ value, label: words[value] }));

export const roleOptions = (words: Record<Role, string>) => options(ROLES, words);

/** Programs are the company's own: none of them is a partner. */
export const keyRoleOptions = (words: Record<Role, string>) =>
  options(
    ROLES.filter((role) => role !== "partner"),
    words,
  );
