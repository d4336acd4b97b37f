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
}

/** In place of what could not be loaded: why, and the way on. */
export function ErrorState({ error, onRetry, compact = false }: ErrorStateProps) {
  const t = useTexts(errorTexts);
  const forbidden = error instanceof ApiError && error.status === 403;
  return (
    <div role="alert">
      <EmptyState
        compact={compact}
        icon={forbidden ? <LockOutlined /> : <CloudOutlined />}
        title={forbidden ? t.noRights : t.failed}
        text={explain(error, t)}
        action={!forbidden && onRetry && <Button onClick={onRetry}>{t.retry}</Button>}
      />
    </div>
  );
}
