import { Icon } from "../parts/icon";

/** What the empty page says: what it is for, and that it keeps what it is given. */
export function Guide() {
  return (
    <div class="guide">
      <h1>What did that call come to?</h1>
      <p class="lead-in">
        Put in what your voice agent posts when a call has ended. You get a verdict on its form, a summary of the call,
        the conversation turn by turn, and a list of everything that is wrong, odd or new, each with its place. Drop a file
        with a call in each line, or many files, and you get them all at once.
      </p>
      <ul class="promises">
        <li>
          <Icon of="lock" />
          <span>
            <strong>It stays here.</strong> The check runs in this page. No payload leaves your computer.
          </span>
        </li>
        <li>
          <Icon of="check" />
          <span>
            <strong>The same answer everywhere.</strong> The core in this page is the one in the package and the Worker.
          </span>
        </li>
        <li>
          <Icon of="eye" />
          <span>
            <strong>Names stay covered.</strong> Names and numbers are masked until you ask for them.
          </span>
        </li>
      </ul>
    </div>
  );
}
