// SPDX-License-Identifier: Apache-2.0
// `linnet cert`: an authority for development and certificates for servers and devices, as files; or what is
// in one.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "tools/cert/authority.hpp"
#include "tools/cert/certificate_text.hpp"
#include "tools/cert/new_files.hpp"
#include "tools/cli/file.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kMostFile = 4 * 1024 * 1024;  // a system's whole list of authorities: 220 KB
constexpr std::uint64_t kDays = 397;  // the longest that browsers take from a public authority is 398
constexpr std::uint64_t kMostDays = 3650;
constexpr const char* kHosts[] = {"localhost", "127.0.0.1", "::1"};

constexpr const char* kFooter =
    "HOST is a name or an address that clients connect to, as it stands in their URL; without any it is\n"
    "localhost 127.0.0.1 ::1. The authority in DIR is used where there is one, else it is made, and lasts "
    "ten years:\n"
    "  ca.pem      trusted by those who connect: linnet --ca, and a device's firmware\n"
    "  ca-key.pem  its key: whoever has it can pass for any server to those who trust ca.pem\n"
    "  server.pem, server-key.pem   for linnet serve --tls-cert --tls-key\n"
    "  NAME.pem, NAME-key.pem       for linnet connect --client-cert --client-key\n"
    "Keys are readable for their owner only, and never overwritten unless --force says so; the authority's "
    "never.\n"
    "Exit status: 0 done; 1 not, and nothing was changed; 2 wrong usage.";

struct Wanted {
  std::string dir = "certs";
  std::string name = "server";
  std::vector<std::string> hosts;
  std::vector<std::string> clients;
  std::chrono::days life{kDays};
  KeyKind kind = KeyKind::ec_p256;
  bool force = false;
  bool is_quiet = false;
};

/// Where certificates and their keys are, by name.
struct Place {
  std::string certificate;
  std::string key;
};
Place place(const Wanted& wanted, std::string_view name) {
  const std::string start = concat(wanted.dir, wanted.dir.ends_with('/') ? "" : "/", name);
  return {start + ".pem", start + "-key.pem"};
}

bool exists(const std::string& file) {
  return ::access(file.c_str(), F_OK) == 0;
}

bool is_file_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && name.front() != '.' && name.front() != '-' && std::ranges::all_of(name, fits);
}

/// Says what is wrong with the command line.
std::string judge(const Wanted& wanted) {
  for (const std::string& host : wanted.hosts) {
    if (std::string wrong = judge_host(host); !wrong.empty()) return wrong;
  }
  std::vector<std::string> names = wanted.clients;
  if (!wanted.hosts.empty()) names.push_back(wanted.name);
  for (const std::string& name : names) {
    if (!is_file_name(name))
      return concat("'", printable(name, 80),
                    "' becomes the name of a file: letters, digits, '-', '_' and '.'");
    if (name == "ca" || name.ends_with("-key"))
      return concat("'", name, "' is a name that the files of others have");
    if (std::string wrong = judge_common_name(name); !wrong.empty()) return wrong;
  }
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  return twice == names.end() ? std::string{} : concat("'", *twice, "' is asked for twice");
}

std::string read(const std::string& file, std::string& into) {
  auto content = read_file(file, kMostFile);
  if (!content) return concat(file, " ", content.error());
  into = std::move(*content);
  return {};
}

/// The one in the directory, or a new one.
std::expected<Authority, std::string> find_authority(const Wanted& wanted, std::chrono::sys_seconds now,
                                                     bool& is_new) {
  const Place files = place(wanted, "ca");
  const bool has_certificate = exists(files.certificate);
  is_new = !has_certificate && !exists(files.key);
  if (is_new) return Authority::make(wanted.kind, now);
  if (!has_certificate || !exists(files.key)) {
    const std::string& there = has_certificate ? files.certificate : files.key;
    const std::string& missing = has_certificate ? files.key : files.certificate;
    return std::unexpected{concat(there, " is there, but not ", missing, ": bring it back, or move ", there,
                                  " away for a new authority, or give another --dir")};
  }
  std::string certificate;
  std::string key;
  if (std::string wrong = read(files.certificate, certificate); !wrong.empty())
    return std::unexpected{std::move(wrong)};
  if (std::string wrong = read(files.key, key); !wrong.empty()) return std::unexpected{std::move(wrong)};
  auto authority = Authority::read(std::move(certificate), key, now);
  if (authority) return authority;
  return std::unexpected{concat(files.certificate, " and ", files.key, ": ", authority.error(),
                                "; move both away for a new authority, or give another --dir")};
}

/// What this run makes, and says once it is there.
class Run {
 public:
  Run(const Wanted& wanted, std::chrono::sys_seconds now)
      : wanted_{wanted}, now_{now}, files_{wanted.force} {}

  /// Empty: done, and the report is on stdout, unless it shall be quiet.
  std::string work() {
    if (std::string taken = look(); !taken.empty()) return taken;
    std::error_code failure;
    std::filesystem::create_directories(wanted_.dir, failure);
    if (failure) return concat(wanted_.dir, " cannot be made: ", failure.message());
    bool is_new = false;
    const auto authority = find_authority(wanted_, now_, is_new);
    if (!authority) return authority.error();
    const Place ca = place(wanted_, "ca");
    NewFiles authority_files{false};
    if (is_new) {
      if (std::string wrong = write(authority_files, ca, authority->certificate(), authority->key().pem());
          !wrong.empty())
        return wrong;
    }
    tell(ca.certificate, concat("the authority \"", authority->name(), "\"", is_new ? ", new" : ", found",
                                ", until ", date_text(authority->not_after())));
    if (is_new) tell(ca.key, "its key: keep it to yourself");
    if (std::string wrong = issue_all(*authority); !wrong.empty()) return wrong;
    if (std::string wrong = authority_files.commit(); !wrong.empty()) return wrong;
    if (std::string wrong = files_.commit(); !wrong.empty()) return wrong;
    if (!wanted_.is_quiet) std::fwrite(report_.data(), 1, report_.size(), stdout);
    return {};
  }

 private:
  /// Before anything is made: what is in the way.
  std::string look() const {
    std::vector<std::string> names = wanted_.clients;
    if (!wanted_.hosts.empty()) names.push_back(wanted_.name);
    for (const std::string& name : names) {
      const Place files = place(wanted_, name);
      for (const std::string& file : {files.certificate, files.key}) {
        if (exists(file) && !wanted_.force)
          return concat(file, " is there already; --force replaces it",
                        name == wanted_.name ? ", --name NAME makes another one" : "");
      }
    }
    return {};
  }

  std::string issue_all(const Authority& authority) {
    if (!wanted_.hosts.empty()) {
      const std::string& first = wanted_.hosts.front();
      // The name is for people: clients compare the hosts.
      const Authority::Wanted server{.common_name = judge_common_name(first).empty() ? first : wanted_.name,
                                     .hosts = wanted_.hosts,
                                     .kind = wanted_.kind,
                                     .life = wanted_.life};
      if (std::string wrong = issue(authority, server, wanted_.name); !wrong.empty()) return wrong;
    }
    for (const std::string& name : wanted_.clients) {
      const Authority::Wanted client{
          .common_name = name, .for_client = true, .kind = wanted_.kind, .life = wanted_.life};
      if (std::string wrong = issue(authority, client, name); !wrong.empty()) return wrong;
    }
    tell_use();
    return {};
  }

  std::string issue(const Authority& authority, const Authority::Wanted& wanted, const std::string& name) {
    const auto issued = authority.issue(wanted, now_);
    if (!issued) return issued.error();
    const Place files = place(wanted_, name);
    if (std::string wrong = write(files_, files, issued->certificate, issued->key); !wrong.empty())
      return wrong;
    std::string hosts;
    for (const std::string& host : wanted.hosts) hosts += (hosts.empty() ? "for " : ", ") + host;
    tell(files.certificate, concat(wanted.for_client ? concat("for the client ", name) : hosts, ", until ",
                                   date_text(issued->not_after)));
    tell(files.key, "its key");
    if (issued->not_after < now_ + wanted.life) log::warn(files.certificate, " ends with its authority");
    return {};
  }

  static std::string write(NewFiles& files, const Place& to, const std::string& certificate,
                           const std::string& key) {
    if (std::string wrong = files.add(to.key, key, true); !wrong.empty()) return wrong;
    return files.add(to.certificate, certificate, false);
  }

  void tell(const std::string& file, std::string_view what) {
    constexpr std::size_t kColumn = 26;
    const std::string padding(file.size() < kColumn ? kColumn - file.size() : 1, ' ');
    report_ += concat(file, padding, what, "\n");
  }

  /// The commands that use it, ready to be pasted.
  void tell_use() {
    const Place ca = place(wanted_, "ca");
    const Place server = place(wanted_, wanted_.name);
    const bool serves = exists(server.certificate) || !wanted_.hosts.empty();
    const std::string host = wanted_.hosts.empty() ? std::string{"HOST"} : host_in_url();
    std::string serve = concat("linnet serve --tls-cert ", server.certificate, " --tls-key ", server.key);
    std::string connect = concat("linnet connect wss://", host, ":8080/echo --ca ", ca.certificate);
    if (!wanted_.clients.empty()) {
      const Place client = place(wanted_, wanted_.clients.front());
      serve += " --tls-client-ca " + ca.certificate;
      connect += concat(" --client-cert ", client.certificate, " --client-key ", client.key);
    }
    report_ += "\n";
    if (serves) report_ += concat("  ", serve, "\n");
    report_ += concat("  ", connect, "\n");
  }

  std::string host_in_url() const {
    for (const std::string& host : wanted_.hosts) {
      if (!host.starts_with('*')) return host.find(':') == std::string::npos ? host : concat("[", host, "]");
    }
    return "HOST";
  }

  const Wanted& wanted_;
  std::chrono::sys_seconds now_;
  NewFiles files_;
  std::string report_;
};

int show(const std::string& name, std::chrono::sys_seconds now) {
  const auto content = read_file(name, kMostFile);
  const auto text = content ? explain_certificates(*content, now) : std::unexpected{content.error()};
  if (!text) {
    log::error(name, " ", text.error());
    return kFailed;
  }
  std::fwrite(text->data(), 1, text->size(), stdout);
  return kDone;
}

}  // namespace

int cert(Arguments arguments) {
  Wanted wanted;
  std::optional<std::uint64_t> days;
  bool rsa = false;
  std::string shown;
  Options options{"cert", "Certificates for development: an authority, and what it signs.", kFooter};
  options
      .operands("HOST", wanted.hosts,
                "who the server's certificate is for: localhost, 192.168.1.5, *.example.com")
      .text("--dir", "DIR", wanted.dir, "where the files are (certs)")
      .text("--name", "NAME", wanted.name, "of the server's files (server)")
      .list("--client", "NAME", wanted.clients, "a certificate for this client; may be repeated")
      .number("--days", "N", days, 1, kMostDays, "how long the certificates are valid (397)")
      .flag("--rsa", rsa, "RSA keys of 2048 bits, for peers that cannot do better (EC P-256)")
      .flag("--force", wanted.force, "replaces certificates and keys that are there, but no authority")
      .text("--show", "FILE", shown, "explains a certificate or a key instead, with its pin");
  if (const auto status = options.parse(arguments)) return *status;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (options.is_given("--show")) {
    for (const char* other : {"HOST", "--dir", "--name", "--client", "--days", "--rsa", "--force"}) {
      if (options.is_given(other)) return options.misused(concat("--show stands alone, not with ", other));
    }
    return show(shown, now);
  }
  wanted.life = std::chrono::days{days.value_or(kDays)};
  wanted.is_quiet = options.is_given("--quiet");
  wanted.kind = rsa ? KeyKind::rsa_2048 : KeyKind::ec_p256;
  if (wanted.hosts.empty() && wanted.clients.empty())
    wanted.hosts.assign(std::begin(kHosts), std::end(kHosts));
  if (wanted.dir.empty()) return options.misused("--dir is empty");
  if (const std::string wrong = judge(wanted); !wrong.empty()) return options.misused(wrong);
  if (const std::string wrong = Run{wanted, now}.work(); !wrong.empty()) {
    log::error(wrong);
    return kFailed;
  }
  return kDone;
}

}  // namespace linnet::tools
