import { theme, type ThemeConfig } from "antd";
import { fontFamily, type Colours } from "./tokens";

/** antd, spoken in our tokens. */
export function antdTheme(colours: Colours, mode: "light" | "dark"): ThemeConfig {
  return {
    algorithm: mode === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      fontFamily,
      fontSize: 14,
      borderRadius: 8,
      borderRadiusSM: 6,
      borderRadiusLG: 12,
      controlHeight: 36,
      controlHeightSM: 28,
      controlHeightLG: 44,
      wireframe: false,
      // With transitions, however short, its lists would be measured where they come from and stay out of sight.
      motion: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      colorPrimary: colours.brand,
      colorLink: colours.brand,
      colorLinkHover: colours.brandStrong,
      colorError: colours.danger,
      colorWarning: colours.amber,
      colorInfo: colours.info,
      colorInfoBg: colours.infoSoft,
      colorInfoBorder: colours.line,
      colorWarningBg: colours.amberSoft,
      colorWarningBorder: colours.line,
      colorSuccess: colours.brand,
      colorText: colours.ink,
      colorTextSecondary: colours.inkSoft,
      colorTextTertiary: colours.inkFaint,
      colorTextPlaceholder: colours.inkFaint,
      colorTextDescription: colours.inkFaint,
      colorBgLayout: colours.ground,
      colorBgContainer: colours.surface,
      colorBgElevated: colours.surface,
      colorBorder: colours.lineStrong,
      colorBorderSecondary: colours.line,
      colorTextLightSolid: colours.onBrand,
      colorBgSpotlight: mode === "dark" ? "#2a3631" : "#16201b",
      boxShadow: "0 8px 28px rgb(10 25 18 / 12%), 0 1px 3px rgb(10 25 18 / 8%)",
      boxShadowSecondary: "0 8px 28px rgb(10 25 18 / 12%), 0 1px 3px rgb(10 25 18 / 8%)",
      motionDurationSlow: "0.18s",
      motionDurationMid: "0.12s",
    },
    components: {
      Button: {
        primaryShadow: "none",
        defaultShadow: "none",
        dangerShadow: "none",
        fontWeight: 500,
      },
      Input: { activeShadow: `0 0 0 3px ${colours.brandSoft}` },
      Select: { optionSelectedBg: colours.brandSoft, optionSelectedFontWeight: 500 },
      Segmented: { trackBg: colours.sunken, itemSelectedColor: colours.ink },
      // Dark tooltips keep white words in both themes.
      Tooltip: { colorTextLightSolid: "#f4f7f5" },
    },
  };
}
