# The program `linnet`: target linnet_tool, file linnet (the library has the target's plain name).
find_package(CLI11 REQUIRED)
add_executable(linnet_tool ${TOOL_SOURCES})
set_target_properties(linnet_tool PROPERTIES OUTPUT_NAME linnet)
target_link_libraries(linnet_tool PRIVATE linnet linnet_linux linnet_flags CLI11::CLI11)
