import { Button } from "antd";
import { useOtherLanguage } from "./language-context";

/** Written in the language that it leads to, so that whoever needs it can read it. */
export function LanguageSwitch({ className }: { className?: string | undefined }) {
  const other = useOtherLanguage();
  return (
    <Button type="text" className={className} lang={other.lang} onClick={other.turn}>
      {other.name}
    </Button>
  );
}
