# Writes the files of FOLDER (-D) into OUTPUT as C++: linnet::tools::kConsoleAssets (tools/serve/console_pages.hpp). An array of
# bytes, for the standard's only way is that until #embed: 30 KB of it compile in a fraction of a second.
file(GLOB files "${FOLDER}/*")
list(SORT files)
set(arrays "")
set(table "")
foreach(file ${files})
  get_filename_component(name "${file}" NAME)
  string(MAKE_C_IDENTIFIER "${name}" symbol)
  file(READ "${file}" hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "constexpr unsigned char ${symbol}[] = {\n${bytes}};\n")
  string(APPEND table "    {\"${name}\", ${symbol}},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"tools/serve/console_pages.hpp\"

namespace linnet::tools {
namespace {
${arrays}constexpr Asset kAssets[] = {
${table}};
}  // namespace
const std::span<const Asset> kConsoleAssets{kAssets};
}  // namespace linnet::tools
")
