import { useQuery } from "@tanstack/react-query";
import { personaListQuery } from "@/api/personas";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";

/** The personas that could speak, and the one that does. */
export function usePersonas(chosen: number | null | undefined) {
  const may = useMay();
  const { data } = useQuery({ ...personaListQuery(false), enabled: may(rights.readPersonas) });
  const personas = data?.rows ?? [];
  return { personas, speaker: personas.find((each) => each.persona_id === chosen) };
}
