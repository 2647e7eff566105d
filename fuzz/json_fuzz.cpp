// SPDX-License-Identifier: Apache-2.0
// JSON. The first byte chooses: the rest is a text to scan, or a script for the writer.
// Scanner: ends, spans lie in order within the text, truncation never gives more, what is taken out is
// consistent, and writing the tokens again gives the same tokens. Writer: what finish() gives out always
// scans, whatever was asked of it and however small the buffer.
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "linnet/codec/json.hpp"

using namespace linnet;
using json::Token;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

struct Tokens {
  std::vector<Token> list;  // without the last
  bool whole;
  std::size_t position;
};

Tokens scan(std::string_view text) {
  json::Scanner scanner{text};
  Tokens tokens{};
  const char* before = text.data();
  for (;;) {
    const Token token = scanner.next();
    require(scanner.position() <= text.size());
    tokens.position = scanner.position();
    if (token.kind == Token::end || token.kind == Token::error) {
      tokens.whole = token.kind == Token::end;
      require(scanner.next().kind == token.kind && scanner.position() == tokens.position);
      return tokens;
    }
    require(!token.raw.empty() && token.raw.data() >= before);
    before = token.raw.data() + token.raw.size();
    require(before <= text.data() + text.size());
    tokens.list.push_back(token);
    require(tokens.list.size() <= text.size());
  }
}

void same(const std::vector<Token>& a, const std::vector<Token>& b) {
  require(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) require(a[i].kind == b[i].kind && a[i].raw == b[i].raw);
}

std::string decoded(std::string_view raw) {
  std::string buffer(raw.size(), '\0');
  const auto text = json::to_text(raw, buffer);
  require(text.has_value() && text->size() + 2 <= raw.size());
  require(json::equals(raw, *text) && !json::equals(raw, std::string{*text} + "x"));
  return std::string{*text};
}

/// Writes one token; strings and numbers as they came if `raw`, else decoded and encoded again.
void write(json::Writer& writer, const Token& token, bool raw) {
  switch (token.kind) {
    case Token::object_begin: writer.begin_object(); return;
    case Token::object_end: writer.end_object(); return;
    case Token::array_begin: writer.begin_array(); return;
    case Token::array_end: writer.end_array(); return;
    case Token::key: writer.key(decoded(token.raw)); return;
    case Token::null: writer.null(); return;
    case Token::boolean: writer.value(*json::to_bool(token.raw)); return;
    default: break;
  }
  if (raw) {
    writer.raw(token.raw);
  } else if (token.kind == Token::string) {
    writer.value(decoded(token.raw));
  } else if (const auto whole = json::to_int(token.raw)) {
    writer.value(*whole);
  } else if (const auto number = json::to_double(token.raw)) {
    writer.value(*number);
  } else {
    writer.raw(token.raw);
  }
}

/// Encoded again from what was taken out: the values must be the same ones.
void rewrite(const std::vector<Token>& tokens, std::size_t size) {
  std::string buffer(size * 6 + json::kMaxNumber * tokens.size(), '\0');  // \u00XX is the longest for a byte
  json::Writer raw{std::span<char>{buffer}};
  for (const Token& token : tokens) write(raw, token, true);
  const auto first = raw.finish();
  require(first.has_value());
  const Tokens again = scan(*first);
  require(again.whole && again.list.size() == tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = again.list[i];
    require(token.kind == tokens[i].kind);
    if (token.kind == Token::key) {
      require(decoded(token.raw) == decoded(tokens[i].raw));
    } else {
      require(token.raw == tokens[i].raw);
    }
  }

  std::string second_buffer(buffer.size(), '\0');
  json::Writer encoded{std::span<char>{second_buffer}};
  for (const Token& token : tokens) write(encoded, token, false);
  const auto second = encoded.finish();
  require(second.has_value());
  const Tokens values = scan(*second);
  require(values.whole && values.list.size() == tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    require(values.list[i].kind == tokens[i].kind);
    if (tokens[i].kind == Token::string) require(decoded(values.list[i].raw) == decoded(tokens[i].raw));
  }
}

/// Our reading of a number against the C library's: equal or the next double.
void check_number(std::string_view raw) {
  const double expected = std::strtod(std::string{raw}.c_str(), nullptr);
  const auto number = json::to_double(raw);
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::memcpy(&a, &expected, 8);
  if (!number) {
    require((a << 1 >> 53) >= 2046);  // infinity, or the last doubles before it
    return;
  }
  std::memcpy(&b, &*number, 8);
  require(a - b + 1 <= 2);
}

void scan_text(std::string_view text, std::size_t cut) {
  const Tokens tokens = scan(text);
  for (const Token& token : tokens.list) {
    if (token.kind == Token::number) check_number(token.raw);
    if (token.kind == Token::key || token.kind == Token::string) decoded(token.raw);
  }
  const auto value = json::parse(text);
  require(value.has_value() == tokens.whole);
  if (value) {
    same(tokens.list, scan(value->raw).list);
    rewrite(tokens.list, text.size());
    if (tokens.list.size() > 2 && tokens.list[1].kind == Token::key) {
      const auto found = json::member(text, decoded(tokens.list[1].raw));
      require(found.has_value() && json::parse(found->raw).has_value());
    }
  } else {
    require(!json::member(text, "a").has_value());
  }

  // A part is never read beyond its end (a block of its own size), and only its last token may differ.
  const std::size_t size = text.empty() ? 0 : cut % text.size();
  const std::unique_ptr<char[]> part{new char[size]};
  std::memcpy(part.get(), text.data(), size);
  const Tokens cut_tokens = scan({part.get(), size});
  require(cut_tokens.list.size() <= tokens.list.size() + 1);
  for (std::size_t i = 0; i + 1 < cut_tokens.list.size(); ++i)
    require(cut_tokens.list[i].raw == tokens.list[i].raw);
}

void run_script(std::string_view script, std::size_t room) {
  const std::unique_ptr<char[]> buffer{new char[room]};
  json::Writer writer{std::span<char>{buffer.get(), room}};
  while (!script.empty()) {
    const auto operation = static_cast<unsigned char>(script.front());
    script.remove_prefix(1);
    const std::string_view text = script.substr(0, operation >> 4);
    std::uint64_t bits = 0;
    std::memcpy(&bits, text.data(), std::min<std::size_t>(text.size(), 8));
    double number = 0;
    std::memcpy(&number, &bits, 8);
    switch (operation & 15) {
      case 0: writer.begin_object(); break;
      case 1: writer.end_object(); break;
      case 2: writer.begin_array(); break;
      case 3: writer.end_array(); break;
      case 4: writer.value(bits % 2 == 0); break;
      case 5: writer.null(); break;
      case 6: writer.value(static_cast<std::int64_t>(bits)); break;
      case 7: writer.value(number); break;
      case 8: writer.value(static_cast<float>(bits)); break;
      case 9: writer.raw("[{}]"); break;
      case 10: writer.member(text, text); break;
      case 11: writer.key(text); break;
      default: writer.value(text); break;
    }
    script.remove_prefix(text.size());
  }
  const auto text = writer.finish();
  if (!text) return;
  require(text->data() == buffer.get() && text->size() <= room);
  const Tokens tokens = scan(*text);
  const bool raw_too_deep =
      !tokens.whole && json::parse(*text).error().code == Errc::too_large;  // raw() nests
  require(tokens.whole || raw_too_deep);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view rest{reinterpret_cast<const char*>(data + 2), size - 2};
  if (data[0] % 2 == 0) {
    scan_text(rest, data[1]);
  } else {
    run_script(rest, std::size_t{data[1]} * 2);
  }
  return 0;
}
