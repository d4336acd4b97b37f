import { Button } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { definitionTexts } from "./definition-texts";

interface DefinitionEditorActionsProps {
  isReady: boolean;
  mayPublish: boolean;
  isPending: (publish: boolean) => boolean;
  onSubmit: (publish: boolean) => void;
}

/** Saves the draft, or publishes it at once. */
export function DefinitionEditorActions(props: DefinitionEditorActionsProps) {
  const t = useTexts(definitionTexts);
  const { isReady, isPending, onSubmit } = props;
  return (
    <>
      <Button disabled={!isReady} loading={isPending(false)} onClick={() => onSubmit(false)}>
        {t.save}
      </Button>
      {props.mayPublish && (
        <Button type="primary" disabled={!isReady} loading={isPending(true)} onClick={() => onSubmit(true)}>
          {t.publish}
        </Button>
      )}
    </>
  );
}
