import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { setToken, token } from "./api";
import { TokenForm } from "./token";

/** What needs the API token: asked for where it is missing, and again where the Worker refuses it. */
export function SignedIn({ children }: { children: (refuse: () => void) => ComponentChildren }) {
  const refused = useSignal(false);
  if (token.value === null) return <TokenForm refused={refused.value} />;
  const refuse = () => {
    refused.value = true;
    setToken(null);
  };
  return <>{children(refuse)}</>;
}
