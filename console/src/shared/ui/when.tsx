import { useTimeFormat } from "@/shared/format/time-format";

/** How long ago; the exact moment on hover. */
export function When({ at, none = "—" }: { at: string | null | undefined; none?: string }) {
  const time = useTimeFormat();
  if (!at) return <>{none}</>;
  return (
    <time dateTime={at} title={time.full(at)} className="num">
      {time.ago(at)}
    </time>
  );
}
