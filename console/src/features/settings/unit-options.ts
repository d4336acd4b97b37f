import type { Unit } from "@/api/types";

/** `总部 / 华东 / 静安门店`: two stores may have one name. */
export function unitOptions(units: readonly Unit[]) {
  const names = new Map(units.map((unit) => [String(unit.unit_id), unit.name]));
  return units.map((unit) => ({
    value: unit.unit_id,
    label: unit.path
      .split(".")
      .filter(Boolean)
      .map((id) => names.get(id) ?? id)
      .join(" / "),
  }));
}
