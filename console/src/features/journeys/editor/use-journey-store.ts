import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { publishJourney, saveJourney, type Journey } from "@/api/journeys";
import { useTexts } from "@/shared/i18n/texts";
import { useNotices } from "@/shared/ui/use-notices";
import { editorTexts } from "./editor-texts";
import type { Edited, JourneyEdit } from "./use-journey-edit";

interface Store {
  edit: JourneyEdit;
  release: () => void;
  onStored: (journey: Journey, publish: boolean) => void;
}

/** Saves the draft and stays; what is published leads to the page of the journey. */
export function useJourneyStore({ edit, release, onStored }: Store) {
  const t = useTexts(editorTexts);
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const keep = async (answer: Journey) => {
    queryClient.setQueryData(["journey", answer.journey_id], answer);
    await queryClient.invalidateQueries({ queryKey: ["journeys"] });
  };
  const failed = (error: Error) => {
    edit.refuse(error);
    notices.failed(error);
  };
  const save = useMutation({
    mutationFn: ({ sent }: { sent: Edited; publish: boolean }) =>
      saveJourney(edit.known.id, {
        name: sent.name.trim(),
        definition: sent.document,
        revision: edit.known.revision,
      }),
    onSuccess: async (answer, { sent, publish }) => {
      edit.markStored(answer, sent);
      if (!publish) notices.done(t.saved);
      await keep(answer);
      onStored(answer, publish);
    },
    onError: failed,
  });
  const publish = useMutation({
    mutationFn: (id: number) => publishJourney(id),
    onSuccess: async (answer) => {
      release();
      notices.done(t.published);
      await keep(answer);
      await queryClient.invalidateQueries({ queryKey: ["journey-versions", answer.journey_id] });
      await navigate(`/journeys/${answer.journey_id}`);
    },
    onError: failed,
  });
  return { save, publish };
}
