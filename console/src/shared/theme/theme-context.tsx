import { createContext, use, useLayoutEffect, useMemo, useState, type ReactNode } from "react";
import { applyColours, darkColours, lightColours, type Colours } from "./tokens";

export type Mode = "light" | "dark";

interface Theme {
  mode: Mode;
  colours: Colours;
  setMode: (mode: Mode) => void;
}

const KEY = "siyu.theme";
const ThemeContext = createContext<Theme | null>(null);

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [mode, setModeState] = useState<Mode>(() =>
    localStorage.getItem(KEY) === "dark" ? "dark" : "light",
  );
  const colours = mode === "dark" ? darkColours : lightColours;
  useLayoutEffect(() => applyColours(colours, mode), [colours, mode]);
  const value = useMemo(
    () => ({
      mode,
      colours,
      setMode: (next: Mode) => {
        localStorage.setItem(KEY, next);
        setModeState(next);
      },
    }),
    [mode, colours],
  );
  return <ThemeContext value={value}>{children}</ThemeContext>;
}

export function useTheme(): Theme {
  const theme = use(ThemeContext);
  if (!theme) throw new Error("useTheme stands outside ThemeProvider");
  return theme;
}
