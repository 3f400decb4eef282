import { useEffect, useRef, type ReactNode } from 'react';

interface PageProps {
  readonly title: string;
  readonly lead?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page takes the focus when it opens, so that a screen reader says where one is. */
export function Page({ title, lead, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} \u2013 Hostkeep`;
  }, [title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p>{lead}</p>}
        </div>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface CardProps {
  readonly title?: string;
  readonly actions?: ReactNode;
  readonly className?: string;
  /** When it comes, as a page does: the next step of a guide. */
  readonly takesFocus?: boolean;
  readonly children: ReactNode;
}

export function Card({ title, actions, className, takesFocus = false, children }: CardProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) heading.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  return (
    <section className={`card ${className ?? ''}`} aria-label={title}>
      {title !== undefined && (
        <div className="card-head">
          <h2 ref={heading} tabIndex={takesFocus ? -1 : undefined}>
            {title}
          </h2>
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}
