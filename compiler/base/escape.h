/* Texts inside of other texts: what must be written otherwise in XML and in URLs.  Thread: any. */
#ifndef STYX_BASE_ESCAPE_H
#define STYX_BASE_ESCAPE_H

#include "compiler/base/buf.h"

/* Appends text for an XML element or attribute: the five characters with a meaning as references
 * (an apostrophe as `&#39;`, which HTML knows, too).  XML 1.0, 2.4. */
void escape_xml(Buf *b, Str text);

/* Appends text percent-encoded: all bytes but the unreserved ones (RFC 3986, 2.3) and, with
 * `keeps_slash`, `/`. */
void escape_url(Buf *b, Str text, bool keeps_slash);

#endif
