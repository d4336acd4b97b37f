import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useMemo, type ReactNode } from "react";
import { ApiError } from "@/api/client";
import { sessionKey } from "@/api/session";
import { LanguageProvider, useLanguage } from "@/shared/i18n/language-context";
import { antdTheme } from "@/shared/theme/antd-theme";
import { ThemeProvider, useTheme } from "@/shared/theme/theme-context";

export function makeQueryClient(): QueryClient {
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        // The session ended while a page was open: back to the log-in page.
        if (error instanceof ApiError && error.status === 401) queryClient.setQueryData(sessionKey, null);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // A refusal will be repeated; only a missing server is worth another try.
        retry: (count, error) =>
          count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      },
    },
  });
  return queryClient;
}

function Antd({ children }: { children: ReactNode }) {
  const { language } = useLanguage();
  const { colours, mode } = useTheme();
  const theme = useMemo(() => antdTheme(colours, mode), [colours, mode]);
  return (
    <ConfigProvider
      theme={theme}
      locale={language === "zh" ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}

export function Providers({ queryClient, children }: { queryClient: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient}>
      <LanguageProvider>
        <ThemeProvider>
          <Antd>{children}</Antd>
        </ThemeProvider>
      </LanguageProvider>
    </QueryClientProvider>
  );
}
