import { useState, type ReactNode } from "react";

interface AttachmentPictureProps {
  address: string;
  alt: string;
  className: string | undefined;
  /** What stands in its place where it cannot be shown: there is none, or the browser may not ask a stranger for it. */
  children: ReactNode;
}

/** A picture that hangs on a message. */
export function AttachmentPicture({ address, alt, className, children }: AttachmentPictureProps) {
  const [broken, setBroken] = useState("");
  if (broken === address) return children;
  return <img className={className} src={address} alt={alt} onError={() => setBroken(address)} />;
}
