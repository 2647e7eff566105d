// SPDX-License-Identifier: Apache-2.0
// The reader of heads, in the order of the grammar: bytes become lines (scan, gather, resume), lines become
// the start line and the fields. Whether a line is too long, or the head, is decided by counting bytes in
// their order, never by how they were cut: every split of an input gives the same events.
#include "linnet/codec/http1.hpp"

#include <algorithm>
#include <cstring>

#include "linnet/codec/http1_field.hpp"

namespace linnet::http1 {

using namespace std::string_view_literals;  // with their sizes: a plain literal costs a strlen at -Os
namespace {

constexpr std::size_t kMajorAt = 5;  // of the digits in "HTTP/1.1"
constexpr std::size_t kMinorAt = 7;
constexpr std::size_t kVersionSize = 8;

constexpr bool is_digit(char character) noexcept {
  return character >= '0' && character <= '9';
}

constexpr std::uint8_t digit(char character) noexcept {
  return static_cast<std::uint8_t>(character - '0');
}

std::string_view trim_end(std::string_view text) noexcept {
  while (!text.empty() && is_whitespace(text.back())) text.remove_suffix(1);
  return text;
}

bool take(std::string_view& text, char character) noexcept {
  if (!text.starts_with(character)) return false;
  text.remove_prefix(1);
  return true;
}

/// Takes the characters of `text` up to the first that is not `in` the set; false if there is none.
bool take_some(std::string_view& text, std::string_view& taken, bool (*in)(char) noexcept) noexcept {
  std::size_t size = 0;
  while (size < text.size() && in(text[size])) ++size;
  taken = {text.begin(), text.begin() + size};
  text.remove_prefix(size);
  return size != 0;
}

/// Removes white space; says whether there was any.
bool trim_begin(std::string_view& text) noexcept {
  std::string_view space;
  return take_some(text, space, is_whitespace);
}

/// HTTP-version = "HTTP" "/" DIGIT "." DIGIT at the front of `text`; "case-sensitive" (RFC 9112,
/// section 2.3).
bool is_version(std::string_view text) noexcept {
  return text.size() >= kVersionSize && std::memcmp(text.data(), "HTTP/", kMajorAt) == 0 &&
         is_digit(text[kMajorAt]) && text[kMajorAt + 1] == '.' && is_digit(text[kMinorAt]);
}

/// What follows the version in a status line. "recipients MAY instead parse on whitespace-delimited word
/// boundaries" (RFC 9112, section 4): servers leave out the second SP, or send two. False if it is malformed.
bool read_status(std::string_view text, Event& event) noexcept {
  event.kind = Event::Kind::status_line;
  std::string_view code;
  if (!trim_begin(text) || !take_some(text, code, is_digit) || code.size() != 3) return false;
  for (char character : code) event.status = static_cast<std::uint16_t>(event.status * 10 + digit(character));
  const bool apart = trim_begin(text);
  event.second = text;
  return event.status >= 100 && (apart || text.empty());
}

/// A line without its LF or CR LF. "a recipient MAY recognize a single LF as a line terminator and ignore any
/// preceding CR" (RFC 9112, section 2.2).
std::string_view without_line_end(Bytes line) noexcept {
  std::string_view text = as_text(line);
  text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

/// Consumes up to `most` bytes of the input, which has so many, and not beyond the end of the line.
template <Head head>
inline auto HeadReader<head>::scan(std::size_t most) noexcept -> Scan {
  const std::string_view text = as_text({input_.data() + consumed_, most});
  std::size_t size = 0;
  if (!after_cr_) {
    while (size < most && is_field_character(text[size])) ++size;
    after_cr_ = size < most && text[size] == '\r';
    if (after_cr_) ++size;
  }
  Scan scanned = Scan::more;
  if (size < most) {
    // "A recipient of such a bare CR MUST consider that element to be invalid or replace each bare CR with
    // SP" (RFC 9112, section 2.2). NUL and other controls: "invalid and dangerous" (RFC 9110, section 5.5).
    scanned = text[size] == '\n' ? Scan::line_end : Scan::bad;
    after_cr_ = false;
    ++size;
  }
  consumed_ += size;
  head_bytes_ += static_cast<std::uint32_t>(size);
  return scanned;
}

/// Puts `piece` behind what is collected of its line; there is room, for `advance` looks no further.
template <Head head>
void HeadReader<head>::collect(Bytes piece) noexcept {
  std::memcpy(line_.data() + collected_, piece.data(), piece.size());
  collected_ += piece.size();
}

/// Whether the next byte, if there is one yet, begins no line of its own but goes on with the last one
/// (obs-fold). Until it is there, it might.
template <Head head>
bool HeadReader<head>::may_fold() const noexcept {
  return head == Head::response && state_ == State::expect_field &&
         (consumed_ == input_.size() || is_whitespace(static_cast<char>(input_[consumed_])));
}

/// "A user agent that receives an obs-fold in a response message [...] MUST replace each received obs-fold
/// with one or more SP octets prior to interpreting the field value" (RFC 9112, section 5.2): the line end of
/// the line that is held becomes SP, byte for byte, so that a folded line is as long as it was sent; the
/// white space behind it stays.
template <Head head>
inline void HeadReader<head>::unfold() noexcept {
  line_[collected_ - 1] = std::byte{' '};
  if (collected_ > 1 && line_[collected_ - 2] == std::byte{'\r'}) line_[collected_ - 2] = std::byte{' '};
}

template <Head head>
std::optional<Event> HeadReader<head>::poll() noexcept {
  if (state_ >= State::done) return std::nullopt;
  Event event;
  Step step = Step::more;
  while (step == Step::more && consumed_ < input_.size()) step = advance(event);
  if (step == Step::more) return std::nullopt;
  if (step != Step::event) {
    state_ = State::failed;
    event = {};
    event.status = static_cast<std::uint16_t>(step);
  }
  return event;
}

/// Takes the next bytes, up to the end of their line or of the input.
template <Head head>
inline auto HeadReader<head>::advance(Event& event) noexcept -> Step {
  if (held_) {
    held_ = false;
    const bool folded = may_fold();
    if (!skipping_ && !folded) return read_line(line_.first(collected_), event);
    if (!skipping_) unfold();
    skipping_ = skipping_ && folded;
  }
  if (head_bytes_ == limits_.max_head_bytes) return Step::fields_too_large;
  std::size_t most = std::min<std::size_t>(input_.size() - consumed_, limits_.max_head_bytes - head_bytes_);
  if (!skipping_) most = std::min(most, line_.size() - collected_);
  const std::byte* const begin = input_.data() + consumed_;
  const Scan scanned = scan(most);
  if (scanned == Scan::bad) return Step::bad_request;
  if (skipping_) {
    held_ = scanned == Scan::line_end && may_fold();
    skipping_ = scanned == Scan::more || held_;
    return Step::more;
  }
  Bytes line{begin, input_.data() + consumed_};
  const bool too_long = scanned == Scan::more && collected_ + line.size() == line_.size();
  if (collected_ != 0 || (scanned == Scan::more && !too_long)) {
    collect(line);
    line = line_.first(collected_);
  }
  if (too_long) return read_long_line(line, event);
  return scanned == Scan::line_end ? read_line(line, event) : Step::more;
}

/// `line` has its line end.
template <Head head>
auto HeadReader<head>::read_line(Bytes line, Event& event) noexcept -> Step {
  const std::string_view text = without_line_end(line);
  if (!text.empty() && may_fold()) {
    if (collected_ == 0) collect(line);
    held_ = true;
    return Step::more;
  }
  collected_ = 0;
  if (text.empty()) return read_empty_line(event);
  if (state_ == State::expect_start_line) return read_start_line(text, event);
  return read_field(text, true, event);
}

/// `front` is as much as the buffer holds of a line that is longer.
template <Head head>
inline auto HeadReader<head>::read_long_line(Bytes front, Event& event) noexcept -> Step {
  if (state_ == State::expect_start_line && head == Head::request) return Step::uri_too_long;
  if (state_ == State::expect_start_line || long_field_ == LongField::refuse) return Step::fields_too_large;
  skipping_ = true;
  collected_ = 0;
  return read_field(as_text(front), false, event);
}

template <Head head>
inline auto HeadReader<head>::read_empty_line(Event& event) noexcept -> Step {
  if (state_ == State::expect_field) {
    state_ = State::done;
    event.kind = Event::Kind::end;
    return Step::event;
  }
  // "a server that is expecting to receive and parse a request-line SHOULD ignore at least one empty line
  // (CRLF) received prior to the request-line" (RFC 9112, section 2.2). How many is bounded by
  // max_head_bytes.
  return head == Head::request ? Step::more : Step::bad_request;
}

/// request-line = method SP request-target SP HTTP-version (RFC 9112, section 3), and not a byte else.
/// status-line = HTTP-version SP status-code SP [ reason-phrase ] (section 4), less strictly: see
/// read_status.
template <Head head>
inline auto HeadReader<head>::read_start_line(std::string_view line, Event& event) noexcept -> Step {
  if constexpr (head == Head::request) {
    event.kind = Event::Kind::request_line;
    if (!take_some(line, event.first, is_tchar) || !take(line, ' ')) return Step::bad_request;
    if (!take_some(line, event.second, is_vchar) || !take(line, ' ')) return Step::bad_request;
    if (line.size() != kVersionSize) return Step::bad_request;
  }
  if (!is_version(line)) return Step::bad_request;
  if (line[kMajorAt] != '1') return Step::version_not_supported;
  event.minor_version = digit(line[kMinorAt]);
  line.remove_prefix(kVersionSize);
  if (head == Head::response && !read_status(line, event)) return Step::bad_request;
  state_ = State::expect_field;
  return Step::event;
}

/// field-line = field-name ":" OWS field-value OWS (RFC 9112, section 5). Of a line that is not `whole` the
/// name alone is read. A whole one loses the white space at its end first: name and value are then the ends
/// of one view. A line that begins with white space has no name: folded in a request ("either reject the
/// message by sending a 400", section 5.2), or "whitespace between the start-line and the first header field"
/// (section 2.2).
template <Head head>
auto HeadReader<head>::read_field(std::string_view line, bool whole, Event& event) noexcept -> Step {
  if (fields_ == limits_.max_fields) return Step::fields_too_large;
  ++fields_;
  event.kind = whole ? Event::Kind::field : Event::Kind::long_field;
  if (whole) line = trim_end(line);
  if (!take_some(line, event.first, is_tchar)) return Step::bad_request;
  // "A server MUST reject, with a response status code of 400 (Bad Request), any received request message
  // that contains whitespace between a header field name and colon"; of a response it is to be removed
  // (section 5.1).
  if (head == Head::response) trim_begin(line);
  const bool colon = take(line, ':');
  if (whole) {
    trim_begin(line);
    event.second = line;
    return colon ? Step::event : Step::bad_request;
  }
  if (!colon) event.first = {};
  return colon || line.empty() ? Step::event : Step::bad_request;  // at the end the name may go on
}

template std::optional<Event> HeadReader<Head::request>::poll() noexcept;
template std::optional<Event> HeadReader<Head::response>::poll() noexcept;

}  // namespace linnet::http1
