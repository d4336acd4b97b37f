import { Button } from "antd";
import { useLanguage } from "./language-context";

/** Written in the language that it leads to, so that whoever needs it can read it. */
export function LanguageSwitch({ className }: { className?: string | undefined }) {
  const { language, setLanguage } = useLanguage();
  return (
    <Button
      type="text"
      className={className}
      lang={language === "zh" ? "en" : "zh-CN"}
      onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
    >
      {language === "zh" ? "English" : "中文"}
    </Button>
  );
}
