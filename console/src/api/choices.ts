import { queryOptions } from "@tanstack/react-query";
import { get } from "./coming";

interface Choice {
  id: number;
  name: string;
}

const choices = (path: string, id: string) =>
  queryOptions({
    queryKey: ["choices", path],
    queryFn: async ({ signal }): Promise<Choice[]> =>
      (await get<{ rows: Record<string, unknown>[] }>(path, {}, signal)).rows.map((row) => ({
        id: Number(row[id]),
        name: String(row.name),
      })),
  });
export const tagChoices = () => choices("/api/tags", "tag_id");
export const schemeChoices = () => choices("/api/rfm", "scheme_id");
export const ladderChoices = () => choices("/api/ladders", "ladder_id");
