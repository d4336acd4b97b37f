import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { codeQr, codeQuery, deleteCode, publishCode, switchCode } from "@/api/codes";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { DefinitionPage } from "@/shared/ui/definition-page";
import { SharePanel } from "@/shared/ui/share-panel";
import { CodeNumbers } from "./code-numbers";
import { CodeStatus } from "./code-status";
import { codesTexts } from "./codes-texts";

/** One code: its picture, and what it brought. */
export function CodePage() {
  const t = useTexts(codesTexts);
  const codeId = Number(useParams().codeId);
  return (
    <DefinitionPage
      query={useQuery(codeQuery(codeId))}
      title={t.title}
      verbs={{
        key: ["code", codeId],
        list: "codes",
        path: "/codes",
        id: codeId,
        writing: rights.writeCodes,
        publishing: rights.publishCodes,
        publish: publishCode,
        switchTo: switchCode,
        remove: deleteCode,
        isRemovable: (code) => code.adds.ever === 0,
        words: t,
      }}
      status={(code) => <CodeStatus code={code} />}
      aside={(code) => (
        <SharePanel
          title={t.share}
          note={t.shareNote}
          waiting={code.version === null ? t.shareDraft : null}
          qr={(picture) => codeQr(codeId, picture)}
          qrName={t.qr}
          fileName={`code-${codeId}`}
          label={t.url}
          url={code.url}
        />
      )}
    >
      {(code) => <CodeNumbers code={code} />}
    </DefinitionPage>
  );
}
