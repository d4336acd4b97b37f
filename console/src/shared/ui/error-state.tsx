import { CloudOutlined, LockOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { ApiError } from "@/api/client";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "./empty-state";
import { errorTexts, explain } from "./error-texts";

interface ErrorStateProps {
  error: Error;
  onRetry?: () => void;
  compact?: boolean;
  /** It stands in place of a whole page. */
  isPage?: boolean;
}

/** In place of what could not be loaded: why, and the way on. */
export function ErrorState({ error, onRetry, compact = false, isPage = false }: ErrorStateProps) {
  const t = useTexts(errorTexts);
  const status = error instanceof ApiError ? error.status : 0;
  const forbidden = status === 403;
  // The same question would be refused again.
  const final = forbidden || status === 404;
  return (
    <div role="alert">
      <EmptyState
        compact={compact}
        isPage={isPage}
        icon={forbidden ? <LockOutlined aria-hidden /> : <CloudOutlined aria-hidden />}
        title={forbidden ? t.noRights : t.failed}
        text={explain(error, t)}
        action={!final && onRetry && <Button onClick={onRetry}>{t.retry}</Button>}
      />
    </div>
  );
}
