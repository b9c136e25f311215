/* Escapes for XML and URLs. */
#include "compiler/base/escape.h"

#include <string.h>

void escape_xml(Buf *b, Str text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.ptr[i]) {
		case '&':
			buf_add_cstr(b, "&amp;");
			break;
		case '<':
			buf_add_cstr(b, "&lt;");
			break;
		case '>':
			buf_add_cstr(b, "&gt;");
			break;
		case '"':
			buf_add_cstr(b, "&quot;");
			break;
		case '\'':
			buf_add_cstr(b, "&#39;");
			break;
		default:
			buf_add_char(b, text.ptr[i]);
		}
	}
}

void escape_url(Buf *b, Str text, bool keeps_slash)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || (c && strchr("-._~", c)) ||
				(c == '/' && keeps_slash);

		if (is_plain) {
			buf_add_char(b, (char)c);
			continue;
		}
		buf_add_char(b, '%');
		buf_add_char(b, digits[c >> 4]);
		buf_add_char(b, digits[c & 15]);
	}
}
