import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { SidebarPage } from "@/features/sidebar/sidebar-page";
import { LanguageProvider } from "@/shared/i18n/language-context";
import { applyColours, lightColours } from "@/shared/theme/tokens";
import "@/shared/theme/global.css";

const root = document.getElementById("root");
if (!root) throw new Error("sidebar.html has no #root");
// WeCom's own client is light, and so is what stands in it.
applyColours(lightColours, "light");
const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 15_000, retry: false } } });
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <LanguageProvider>
        <SidebarPage />
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
