import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LEADS, leadRulesQuery } from "@/api/leads";
import { TASKS } from "@/api/tasks";
import { useNotices } from "@/shared/ui/use-notices";

/** A change of leads; all that shows leads, follow-ups and tasks looks anew after it. */
export function useLeadChange<Asked, Answer>(
  change: (asked: Asked) => Promise<Answer>,
  onDone: (answer: Answer) => void,
) {
  const notices = useNotices();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (answer) => {
      onDone(answer);
      await Promise.all([LEADS, TASKS].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
    },
    onError: notices.failed,
  });
}

/** What stages are called, by key. */
export function useStages() {
  const { data } = useQuery(leadRulesQuery());
  const stages = data?.rules.stages ?? [];
  return { stages, nameOf: (key: string) => stages.find((each) => each.key === key)?.name ?? key };
}
