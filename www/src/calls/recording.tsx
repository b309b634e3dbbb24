import { useSignal } from "@preact/signals";
import { Icon } from "../parts/icon";
import { Panel } from "../parts/panel";
import { SafeLink, safeUrl, Text } from "../parts/text";

/** The recording. Nothing is fetched from where it lies until somebody asks to hear it. */
export function Recording({ address }: { address: string }) {
  const playing = useSignal(false);
  const failed = useSignal(false);
  const url = safeUrl(address);
  if (url === null) return null;
  return (
    <Panel title="Recording" name="recording">
      {!playing.value && (
        <p class="recording">
          <button type="button" class="button" onClick={() => (playing.value = true)}>
            <Icon of="play" />
            Listen
          </button>
          <span class="quiet">
            comes from <Text of={url.host} />
          </span>
        </p>
      )}
      {playing.value && !failed.value && (
        <audio class="player" controls autoplay src={url.href} onError={() => (failed.value = true)} data-testid="player">
          <track kind="captions" />
        </audio>
      )}
      {failed.value && (
        <p role="alert">
          The recording did not play: its address may have expired, or be of a form that this browser does not know.{" "}
          <SafeLink to={address}>Open it by itself</SafeLink>
        </p>
      )}
    </Panel>
  );
}
