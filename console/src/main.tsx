import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router/dom";
import { sessionQuery } from "@/api/session";
import { makeQueryClient, Providers } from "@/app/providers";
import { makeRouter } from "@/app/router";
import "@/shared/theme/global.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
const queryClient = makeQueryClient();
// Who is logged in is asked beside the page's own script, not after it.
queryClient.query(sessionQuery()).catch(() => undefined);
createRoot(root).render(
  <StrictMode>
    <Providers queryClient={queryClient}>
      <RouterProvider router={makeRouter()} />
    </Providers>
  </StrictMode>,
);
